import { text } from '../../shared/operation/field';

/** Name of the binary field that a downloaded file goes to. */
export const outputField = {
	displayName: 'Put Output File in Field',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the output binary field to put the file in',
	description: 'Binary field of the output item that gets the file',
} as const;

export const inputField = text({
	displayName: 'Input Data Field Name',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the input field containing the binary file data to be processed',
	description: 'Binary field of the input item that holds the recording, at most about 10 seconds',
});
