import { text } from '../../shared/operation/field';

export const inputField = text({
	displayName: 'Input Data Field Name',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the input field containing the binary file data to be processed',
	description: 'Binary field of the input item that holds the recording, at most about 10 seconds',
});
