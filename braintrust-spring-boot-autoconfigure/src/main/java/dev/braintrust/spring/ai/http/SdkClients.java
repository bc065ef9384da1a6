package dev.braintrust.spring.ai.http;

/**
 * Knows how to trace the clients of one SDK.
 */
@FunctionalInterface
interface SdkClients {

	// A client that does the same, and is traced.
	Object trace(Object client, ClientTracing tracing);

}
