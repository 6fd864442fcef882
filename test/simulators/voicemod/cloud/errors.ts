import { json, text, type SimulatorResponse } from '../../core/http';

/** How failures look: the page promises the object "for some 4xx only" (voicemod.md section A.1). */
export type ErrorShape = 'object' | 'messageOnly' | 'numericCode' | 'empty' | 'html';

/** A request that the provider refuses. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly description: string,
		readonly code: string,
	) {
		super(message);
	}
}

/** 400: unacceptable, often a missing required parameter. */
export function badRequest(field: string, description: string): ApiError {
	return new ApiError(400, `Invalid ${field}`, description, 'bad_request');
}

export function unauthorized(description = 'No valid access token'): ApiError {
	return new ApiError(401, 'Unauthorized', description, 'unauthorized');
}

export function forbidden(description: string): ApiError {
	return new ApiError(403, 'Forbidden', description, 'forbidden');
}

export function notFound(description = 'Resource does not exist'): ApiError {
	return new ApiError(404, 'Not Found', description, 'not_found');
}

const NUMBERS: Record<string, number> = {
	bad_request: 1000,
	unauthorized: 1001,
	forbidden: 1003,
	not_found: 1004,
};

/** Writes a refusal in the wanted shape. */
export function writeError(error: ApiError, shape: ErrorShape): SimulatorResponse {
	const { status, message, description, code } = error;
	switch (shape) {
		case 'object':
			return json({ message, description, code }, status);
		case 'messageOnly':
			return json({ message }, status);
		case 'numericCode':
			return json({ message, description, code: NUMBERS[code] ?? 1099 }, status);
		case 'empty':
			return { status, headers: {}, body: '' };
		case 'html':
			return text(
				`<html><body><h1>${status} ${message}</h1></body></html>`,
				status,
				'text/html; charset=utf-8',
			);
	}
}
