import { writeFileSync } from 'node:fs';
import { generate } from 'selfsigned';

/** Private key and certificate of a local TLS server, both PEM. */
export interface Certificate {
	key: string;
	cert: string;
}

/** Makes a self-signed certificate for `localhost`, `127.0.0.1` and `::1`, valid for a year. */
export async function createCertificate(): Promise<Certificate> {
	const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		// A client whose clock is slightly behind must not find the certificate "not yet valid".
		notBeforeDate: new Date(Date.now() - 24 * 3600 * 1000),
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{
				name: 'subjectAltName',
				altNames: [
					{ type: 2, value: 'localhost' },
					{ type: 7, ip: '127.0.0.1' },
					{ type: 7, ip: '::1' },
				],
			},
		],
	});
	return { key: pems.private, cert: pems.cert };
}

/** Writes the certificate (not the key) as PEM, so that a client can trust it through NODE_EXTRA_CA_CERTS. */
export function writeCertificate(certificate: Certificate, file: string): void {
	writeFileSync(file, certificate.cert);
}
