import { choice, decimal, list, text, url } from '../../shared/operation/field';

const MEDIA = { type: ['audio', 'document', 'photo', 'video'] };
const LOCATION = { type: ['location'] };
const CONTACT = { type: ['contact'] };

/** `payload` of a message: any mix of files, locations and contacts (§4.3). */
export const attachments = list({
	displayName: 'Attachments',
	addLabel: 'Add Attachment',
	entryLabel: 'Attachment',
	description:
		'Files, locations and contacts that come with the message. Files are given by their address: Kit cannot take them from n8n directly.',
	entry: {
		type: choice({
			displayName: 'Attachment Type',
			default: 'photo',
			options: [
				{ name: 'Audio', value: 'audio' },
				{ name: 'Contact', value: 'contact' },
				{ name: 'Document', value: 'document' },
				{ name: 'Location', value: 'location' },
				{ name: 'Photo', value: 'photo' },
				{ name: 'Video', value: 'video' },
			],
			description: 'What is attached',
		}),
		avatar: url({
			displayName: 'Contact Avatar URL',
			show: CONTACT,
			placeholder: 'e.g. https://example.com/jane.png',
			description: 'Web address of a picture of the contact',
		}),
		name: text({
			displayName: 'Contact Name',
			required: true,
			show: CONTACT,
			placeholder: 'e.g. Jane Roe',
			description: 'Name of the contact',
		}),
		number: text({
			displayName: 'Contact Phone Number',
			required: true,
			show: CONTACT,
			placeholder: 'e.g. +447700900123',
			description: 'Phone number of the contact, as it shall be shown',
		}),
		fileName: text({
			displayName: 'File Name',
			show: MEDIA,
			placeholder: 'e.g. box.jpg',
			description: 'Name that the agent sees',
		}),
		fileUrl: url({
			displayName: 'File URL',
			required: true,
			show: MEDIA,
			placeholder: 'e.g. https://example.com/box.jpg',
			description: 'Web address of the file. Kit must be able to fetch it without a login.',
		}),
		latitude: decimal({
			displayName: 'Latitude',
			required: true,
			min: -90,
			max: 90,
			show: LOCATION,
			placeholder: 'e.g. 50.4501',
			description: 'Degrees north of the equator; negative in the south',
		}),
		address: text({
			displayName: 'Location Address',
			show: LOCATION,
			placeholder: 'e.g. 1 Main Street',
			description: 'The place in words',
		}),
		longitude: decimal({
			displayName: 'Longitude',
			required: true,
			min: -180,
			max: 180,
			show: LOCATION,
			placeholder: 'e.g. 30.5234',
			description: 'Degrees east of Greenwich; negative in the west',
		}),
	},
});
