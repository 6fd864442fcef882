const RATE = 8000;

/** A real WAV file: 8 kHz, 8 bit, mono, a quiet tone. */
export function makeWav(seconds: number): Buffer {
	const samples = Math.max(1, Math.round(RATE * seconds));
	const file = Buffer.alloc(44 + samples);
	file.write('RIFF', 0, 'latin1');
	file.writeUInt32LE(36 + samples, 4);
	file.write('WAVEfmt ', 8, 'latin1');
	file.writeUInt32LE(16, 16);
	file.writeUInt16LE(1, 20);
	file.writeUInt16LE(1, 22);
	file.writeUInt32LE(RATE, 24);
	file.writeUInt32LE(RATE, 28);
	file.writeUInt16LE(1, 32);
	file.writeUInt16LE(8, 34);
	file.write('data', 36, 'latin1');
	file.writeUInt32LE(samples, 40);
	for (let index = 0; index < samples; index++)
		file[44 + index] = 128 + Math.round(40 * Math.sin((2 * Math.PI * 440 * index) / RATE));
	return file;
}

/** Seconds of a WAV file, or undefined for anything else. */
export function wavSeconds(file: Buffer): number | undefined {
	if (file.length < 44 || !file.toString('latin1', 0, 4).startsWith('RIFF')) return undefined;
	const bytesPerSecond = file.readUInt32LE(28);
	return bytesPerSecond > 0 ? (file.length - 44) / bytesPerSecond : undefined;
}
