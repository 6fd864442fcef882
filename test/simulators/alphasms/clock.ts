const HOUR = 3600 * 1000;

/** Last Sunday of a month (0-based), 01:00 UTC: the moment Kyiv changes its clocks. */
function changeOver(year: number, month: number): number {
	const end = new Date(Date.UTC(year, month + 1, 0, 1));
	return end.getTime() - end.getUTCDay() * 24 * HOUR;
}

function kyivOffsetHours(time: number): 2 | 3 {
	const year = new Date(time).getUTCFullYear();
	return time >= changeOver(year, 2) && time < changeOver(year, 9) ? 3 : 2;
}

/** ISO 8601 with offset in Kyiv time, e.g. `2022-05-01T12:01:02+03:00` (alphasms.md section 3.1, "Dates in answers"). */
export function kyivTime(time: number): string {
	const offset = kyivOffsetHours(time);
	return `${new Date(time + offset * HOUR).toISOString().slice(0, 19)}+0${offset}:00`;
}
