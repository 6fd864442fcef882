import { choice, text } from '../../shared/operation/field';
import { reference } from '../../shared/operation/field';

export const voice = reference({
	displayName: 'Voice',
	required: true,
	lookup: 'searchVoices',
	example: 'cave',
	exampleName: 'Cave',
	description: 'The voice, from the list, or by its ID or its name',
});

export const sound = reference({
	displayName: 'Sound',
	required: true,
	lookup: 'searchSounds',
	example: 'ad6efa6b-4872-4217-9465-5415178dfc1f',
	exampleName: 'My Soundboard: Airhorn',
	description:
		'The sound, from the list, or by its ID or its name. Where several soundboards have a sound of that name, put the name of the soundboard and a colon before it.',
});

export const parameter = reference({
	displayName: 'Parameter',
	required: true,
	lookup: 'searchParameters',
	example: 'Pitch',
	description:
		'Which parameter of the current voice. The list shows those of the voice that is loaded now; those that begin with _ hold for all voices.',
});

export const imageField = text({
	displayName: 'Put Output File in Field',
	required: true,
	default: 'data',
	description: 'The name of the output binary field to put the image in',
});

export const imageState = choice({
	displayName: 'Image',
	default: 'default',
	options: [
		{ name: 'Default', value: 'default' },
		{ name: 'Selected', value: 'selected', description: 'As the app shows it while it is chosen' },
		{ name: 'Transparent', value: 'transparent', description: 'Without a background' },
	],
	description: 'Which picture of it',
});
