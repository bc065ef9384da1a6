package dev.braintrust.spring.versions;

import java.util.Map;

import io.opentelemetry.context.propagation.TextMapGetter;

/**
 * Reads headers from a map.
 */
final class HeadersGetter implements TextMapGetter<Map<String, String>> {

	@Override
	public Iterable<String> keys(Map<String, String> carrier) {
		return carrier.keySet();
	}

	@Override
	public String get(Map<String, String> carrier, String key) {
		return carrier.get(key);
	}

}
