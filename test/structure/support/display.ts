import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Conditions = NonNullable<IDisplayOptions['show']>;

const plain = (values: unknown[] | undefined): values is unknown[] =>
	values !== undefined && values.every((value) => typeof value !== 'object');

/** True when the two conditions on one parameter can never hold together. */
function exclusive(show: Conditions, otherShow: Conditions, otherHide: Conditions): boolean {
	return Object.entries(show).some(([parameter, values]) => {
		if (!plain(values)) return false;
		const others = otherShow[parameter];
		if (plain(others) && !values.some((value) => others.includes(value as never))) return true;
		const hidden = otherHide[parameter];
		return plain(hidden) && values.every((value) => hidden.includes(value as never));
	});
}

/** Whether both can be on the form at once. Errs on the side of yes. */
export function overlap(one: INodeProperties, other: INodeProperties): boolean {
	const [show, hide] = [one.displayOptions?.show ?? {}, one.displayOptions?.hide ?? {}];
	const [otherShow, otherHide] = [
		other.displayOptions?.show ?? {},
		other.displayOptions?.hide ?? {},
	];
	return !exclusive(show, otherShow, otherHide) && !exclusive(otherShow, show, hide);
}
