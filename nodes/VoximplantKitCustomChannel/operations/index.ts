import type { Operation } from '../../shared/operation/operation';
import { apiRequest } from './apiRequest';
import { sendRaw } from './event';
import { sendMessage } from './message';
import { logIn, refresh } from './token';

export const resources = {
	message: 'Message',
	event: 'Event',
	token: 'Token',
	apiRequest: 'API Request',
};

/** Every operation of the node; the first of a resource is its default. */
export const operations: readonly Operation[] = [sendMessage, sendRaw, logIn, refresh, apiRequest];
