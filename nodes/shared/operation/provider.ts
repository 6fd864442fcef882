import type { IDataObject } from 'n8n-workflow';

import type { Client, ClientOptions, Dialect } from '../http/client';
import type { Operation } from './operation';

/** Credential types of which the user takes one by a parameter. */
export interface CredentialChoice {
	/** A parameter without expressions. */
	readonly parameter: string;
	/** Credential type by value of the parameter, the default first; empty for none. */
	readonly types: Readonly<Record<string, string>>;
}

/** Where a credential comes from. */
export interface CredentialSource {
	/** Empty when the user has chosen none; then there are no data either. */
	readonly type: string;
	/** n8n's renewal of an OAuth2 token, on hosts that have it; gives the token endpoint's answer. */
	readonly renewToken?: () => Promise<unknown>;
}

/** What requests travel over: HTTP (`Client`), or a connection of the provider's own. */
export interface Line
	extends
		Pick<Client<never>, 'secrets' | 'call'>,
		Partial<Pick<Client<never>, 'secretsOfErrors' | 'withhold'>> {
	/** Where the provider has files at addresses. */
	readonly download?: Client<never>['download'];
	/** Ends what the run has opened, whatever has become of it. */
	close?(): Promise<void>;
}

interface ProviderBase<C> {
	readonly credential: string | CredentialChoice;
	/** Checks and normalises the stored credential. Throws `ParameterError`. */
	connect(credentials: IDataObject, source?: CredentialSource): C;
	readonly resources: Readonly<Record<string, string>>;
	readonly operations: readonly Operation[];
	readonly defaults: {
		readonly concurrency: number;
		readonly batchSize: number;
		/** Time-out of one request; 30 unless given. */
		readonly timeoutSeconds?: number;
	};
}

interface HttpProvider<C, S> extends ProviderBase<C> {
	readonly dialect: Dialect<C, S>;
	readonly open?: undefined;
}

/** A provider that is not spoken to by HTTP requests. */
interface LineProvider<C> extends ProviderBase<C> {
	readonly dialect: Pick<Dialect<C>, 'name' | 'origin' | 'explain'>;
	/** Nothing is connected yet before the first request. */
	open(connection: C, options: ClientOptions): Line;
}

/** A provider: its dialect, its credential and its operations. */
export type Provider<C, S = undefined> = HttpProvider<C, S> | LineProvider<C>;
