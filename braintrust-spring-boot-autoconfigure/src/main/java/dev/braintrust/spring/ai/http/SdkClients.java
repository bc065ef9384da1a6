package dev.braintrust.spring.ai.http;

/**
 * Traces the clients of one SDK.
 */
@FunctionalInterface
interface SdkClients {

	// Return a traced client with the same behavior.
	Object trace(Object client, ClientTracing tracing);

}
