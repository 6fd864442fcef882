/** The hash of a callback covers its type alone, so nothing in the content may name it. */
import { readEvents } from '../../../nodes/VoximplantKit/callbacks';

const content = { session_id: 9, event: 'profile_email_updated', deliveryKey: 'new_calls:1' };

it.each(['new_calls', 'numbers_changed', 'made_up_later'])('%s stays what it is', (type) => {
	const [event] = readEvents({ type, hash: '', content });
	expect(event).toMatchObject({ event: type, session_id: 9 });
	expect(event?.deliveryKey).not.toBe('new_calls:1');
});

it('leaves the content as it is where it is not simplified', () => {
	const [event] = readEvents({ type: 'numbers_changed', hash: '', content }, false);
	expect(event).toEqual({ event: 'numbers_changed', session_id: 9, data: content });
});
