let count = 0;

/**
 * A loopback address that nobody else listens at, one for each call. Ports are given out again soon, to this process and to
 * others: who counts requests at 127.0.0.1 may count those of a stranger that looks for something else there, and what a
 * node remembers of an address, such as a refused credential, would be held against the next simulator on the same port.
 */
export function ownAddress(): string {
	// There each address of 127.0.0.0/8 would have to be set up first.
	if (process.platform === 'darwin') return '127.0.0.1';
	const number = count++;
	return `127.${64 + (process.pid % 128)}.${(number >> 8) & 255}.${number & 255}`;
}
