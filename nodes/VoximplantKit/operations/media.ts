import { ParameterError } from '../../shared/http/errors';
import type { FilePart } from '../../shared/http/request';
import { text } from '../../shared/operation/field';
import { defineOperation } from '../../shared/operation/operation';
import { uploadRequest, readAnswer } from '../api';
import { methodOf } from '../catalogue';
import { deleted, kitList, kitOperation, simplified } from './base';
import { idField, idFilter } from './fields';

export const getMedia = kitList({
	resource: 'media',
	name: 'getAll',
	displayName: 'Get Many',
	action: 'Get many media files',
	description: 'Get the audio files of the account',
	method: 'media/searchMedia',
	fields: {
		id: idFilter('Media ID', 'Only the file with this ID', '5'),
		title: text({
			displayName: 'Title',
			additional: true,
			placeholder: 'e.g. Waiting music',
			description: 'Only files with this title',
		}),
	},
});

/** What Kit takes at most (voximplant-kit.md §5.13). */
const MAX_BYTES = 10 * 1024 * 1024;

/** MP3 begins with an ID3 tag or with a frame, whose first eleven bits are set. */
function isMp3({ bytes }: FilePart): boolean {
	const [first = 0, second = 0, third = 0] = bytes;
	const tagged = String.fromCharCode(first, second, third) === 'ID3';
	return tagged || (first === 0xff && (second & 0xe0) === 0xe0);
}

export const uploadMedia = defineOperation({
	resource: 'media',
	name: 'upload',
	displayName: 'Upload',
	action: 'Upload a media file',
	description: 'Add an audio file (MP3, up to 10 MB) to the account',
	safety: 'spends',
	recheck: 'look for it with Media: Get Many',
	fields: {
		binaryPropertyName: text({
			displayName: 'Input Binary Field',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input binary field that holds the MP3 file',
			description: 'Binary field of the input item with the MP3 file',
		}),
	},
	file: 'binaryPropertyName',
	checkFile(file) {
		const { length } = file.bytes;
		if (length > MAX_BYTES) {
			const size = (length / 1024 / 1024).toFixed(1);
			throw new ParameterError(`The file has ${size} MB; Kit takes 10 MB at most`);
		}
		if (!isMp3(file)) throw new ParameterError('The file is no MP3; Kit takes MP3 only');
	},
	request: ([call]) => uploadRequest(methodOf('media/uploadMedia'), {}, { file: call?.file }),
	read(reply) {
		const { body, result } = readAnswer(reply);
		return [{ raw: body, data: simplified(result) }];
	},
});

export const deleteMedia = kitOperation({
	resource: 'media',
	name: 'delete',
	displayName: 'Delete',
	action: 'Delete a media file',
	description: 'Remove an audio file from the account',
	method: 'media/deleteMedia',
	safety: 'idempotent',
	fields: { id: idField('Media ID', 'ID of the file, from Get Many', '5') },
	identify: ({ id }) => ({ id: Number(id) }),
	simplify: deleted,
});
