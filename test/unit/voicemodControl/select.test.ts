import { Repeats } from '../../../nodes/VoicemodControl/select';

const voice = (voiceId: string, name = 'voiceChangedEvent') => ({
	event: 'voiceChanged',
	name,
	voiceId,
});
const toggled = (isOn: boolean, name = 'toggleVoiceChanger') => ({
	event: 'voiceChangerChanged',
	name,
	isOn,
});

describe('the second message about the same change', () => {
	test('is one within half a second', () => {
		const repeats = new Repeats();
		expect(repeats.isRepeat(voice('cave'), 0)).toBe(false);
		expect(repeats.isRepeat(voice('cave', 'voiceLoadedEvent'), 499)).toBe(true);
		expect(repeats.isRepeat(voice('cave'), 999)).toBe(false);
	});

	test('is one also with another event in between', () => {
		const repeats = new Repeats();
		expect(repeats.isRepeat(voice('cave'), 0)).toBe(false);
		expect(repeats.isRepeat(toggled(true), 1)).toBe(false);
		expect(repeats.isRepeat(voice('cave', 'voiceLoadedEvent'), 2)).toBe(true);
		expect(repeats.isRepeat(toggled(true, 'voiceChangerEnabledEvent'), 3)).toBe(true);
	});

	test('is none when something else was there meanwhile', () => {
		const repeats = new Repeats();
		const told = [voice('cave'), voice('baby'), voice('cave'), toggled(true), toggled(false)];
		expect(told.map((event, at) => repeats.isRepeat(event, at))).toEqual(told.map(() => false));
	});

	test('is never one of what the node does not know', () => {
		const repeats = new Repeats();
		const unknown = { event: 'unknown', name: 'somethingNew' };
		expect([repeats.isRepeat(unknown, 0), repeats.isRepeat(unknown, 1)]).toEqual([false, false]);
	});
});
