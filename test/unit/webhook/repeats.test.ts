import { RepeatMemory } from '../../../nodes/shared/webhook/repeats';
import { safeEqual } from '../../../nodes/shared/webhook/delivery';

describe('RepeatMemory', () => {
	it('knows what it has seen', () => {
		const memory = new RepeatMemory();
		expect([memory.isRepeat('a'), memory.isRepeat('b'), memory.isRepeat('a')]).toEqual([
			false,
			false,
			true,
		]);
	});

	it('forgets the oldest beyond its size, and keeps what was seen again', () => {
		const memory = new RepeatMemory(2);
		memory.isRepeat('a');
		memory.isRepeat('b');
		memory.isRepeat('a');
		memory.isRepeat('c');
		expect([memory.isRepeat('a'), memory.isRepeat('b')]).toEqual([true, false]);
	});

	it('forgets after its time', () => {
		const memory = new RepeatMemory(10, 1000);
		memory.isRepeat('a', 0);
		expect(memory.isRepeat('a', 999)).toBe(true);
		expect(memory.isRepeat('a', 1999)).toBe(false);
	});
});

describe('safeEqual', () => {
	it.each([
		['abc', 'abc', true],
		['abc', 'abd', false],
		['abc', 'abcd', false],
		['', 'a', false],
		['', '', true],
	])('%p %p: %p', (a, b, equal) => {
		expect(safeEqual(a, b)).toBe(equal);
	});
});
