import { CallError } from '../../shared/http/errors';
import { text } from '../../shared/operation/field';
import { OUTPUT_FIELD } from '../../shared/operation/files';
import { hiddenRefusal, readObject } from '../api';
import { NAME } from '../connection';
import { bodyOf, paramsOf, voicemodOperation } from './base';

export const latestVersion = voicemodOperation({
	resource: 'application',
	name: 'getLatestVersion',
	displayName: 'Get Latest Version',
	action: 'Get the latest version of the app',
	description: 'Get the number of the newest desktop app. Needs no credential.',
	safety: 'read',
	isPlain: true,
	fields: {},
	// The path really ends in two braces (voicemod.md §A.7.1).
	request: () => ({
		method: 'GET',
		path: '/v1/nextgen/update/%7B%7D',
		anonymous: true,
		safety: 'read',
	}),
	read(reply) {
		const raw = readObject(reply);
		return [{ raw, data: raw }];
	},
});

export const communityImage = voicemodOperation({
	resource: 'application',
	name: 'getCommunityVoiceImage',
	displayName: 'Get Community Voice Image',
	action: 'Get the image of a community voice',
	description: 'Get the picture of a voice that a user has made. Needs no credential.',
	safety: 'read',
	isPlain: true,
	fields: {
		id: text({
			displayName: 'Voice ID',
			required: true,
			placeholder: 'e.g. 82575ca45e',
			pattern: { test: /^[\w-]{1,64}$/, message: 'is not the ID of a voice' },
			description: 'ID of the community voice',
		}),
		binaryPropertyName: text(OUTPUT_FIELD),
	},
	request(calls) {
		const id = encodeURIComponent(paramsOf(calls).id);
		const path = `/v1/desktop/api.windows/v2/communityVoices/voice/${id}/image.png`;
		return { method: 'GET', path, anonymous: true, safety: 'read' };
	},
	read(reply, [call]) {
		const { bytes, headers } = reply;
		const mimeType = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
		if (!mimeType.startsWith('image/') || bytes.length === 0) {
			const refused = hiddenRefusal(reply, bodyOf(reply));
			if (refused !== undefined) throw refused;
			// A page of a gateway in between, or nothing at all: the next try may bring it.
			throw new CallError(`${NAME} sent no image for this voice`, { transient: true });
		}
		const id = call?.params.id ?? '';
		const fileName = `${id}.png`;
		const data = { id, fileName, mimeType, fileSize: bytes.length };
		const field = call?.params.binaryPropertyName ?? 'data';
		return [{ raw: data, data, file: { field, part: { bytes, fileName, mimeType } } }];
	},
});
