/** Name of the binary field that a file goes to. */
export const OUTPUT_FIELD = {
	displayName: 'Put Output File in Field',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the output binary field to put the file in',
	description: 'Binary field of the output item that gets the file',
} as const;
