import { gzipSync } from 'node:zlib';
import type { SimulatorRequest, SimulatorResponse } from '../../core/http';
import type { SigningKey } from './keys';
import type { VoicemodBehaviour } from './options';
import { signatureHeaders } from './signing';
import { randomNumbers, tamper, type SignedAnswer } from './tampering';

/** Signs answers (voicemod.md section A.4), compresses them, and spoils them where a test wants it. */
export class Seal {
	/** Every `request-id` that arrived, and how often: each should come once. */
	readonly requestIds = new Map<string, number>();
	signed = 0;
	tampered = 0;
	private random: () => number;

	constructor(
		private readonly options: VoicemodBehaviour,
		private readonly own: SigningKey,
		private readonly other: SigningKey,
	) {
		this.random = randomNumbers(options.tamperSeed);
	}

	reset(): void {
		this.requestIds.clear();
		this.signed = 0;
		this.tampered = 0;
		this.random = randomNumbers(this.options.tamperSeed);
	}

	/** Counts the `request-id` of a request; true when it came before. */
	isRepeated(requestId: string): boolean {
		const count = (this.requestIds.get(requestId) ?? 0) + 1;
		this.requestIds.set(requestId, count);
		return count > 1;
	}

	/** The answer as it leaves. */
	seal(request: SimulatorRequest, answer: SimulatorResponse): SimulatorResponse {
		const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
		const isGzip =
			this.options.compression === 'gzip' &&
			body.length > 0 &&
			/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
		const encode = (plain: Buffer): Buffer => (isGzip ? gzipSync(plain) : plain);
		const requestId = request.headers['request-id'];
		const signedBody = this.options.digestOf === 'encoded' ? encode(body) : body;
		let sealed: SignedAnswer = { headers: { ...answer.headers }, body };
		if (typeof requestId === 'string' && this.isSigned(answer.status)) {
			const signable = { requestId, body: signedBody, headers: answer.headers };
			Object.assign(sealed.headers, signatureHeaders(signable, this.options, this.own.privateKey));
			this.signed++;
			sealed = this.spoil(sealed);
		}
		if (isGzip) sealed.headers['content-encoding'] = 'gzip';
		return {
			...answer,
			headers: sealed.headers,
			body: answer.status === 204 ? '' : encode(sealed.body),
		};
	}

	private isSigned(status: number): boolean {
		const { signatures, signErrors } = this.options;
		return signatures === 'request' && (status < 400 || signErrors);
	}

	private spoil(answer: SignedAnswer): SignedAnswer {
		if (!this.options.tamper) return answer;
		this.tampered++;
		return tamper(answer, this.options.tamper, {
			options: this.options,
			ownKey: this.own.privateKey,
			otherKey: this.other.privateKey,
			random: this.random,
		});
	}
}
