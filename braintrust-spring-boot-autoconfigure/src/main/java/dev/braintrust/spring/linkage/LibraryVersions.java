package dev.braintrust.spring.linkage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

import dev.braintrust.spring.BraintrustProject;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the libraries that must fit together, as they are on the class path.
 */
final class LibraryVersions {

	private static final String UNKNOWN = "of an unknown version";

	private static final Map<String, String> TYPES = types();

	private LibraryVersions() {
	}

	private static Map<String, String> types() {
		Map<String, String> types = new LinkedHashMap<>();
		types.put("OpenTelemetry API", "io.opentelemetry.api.trace.Tracer");
		types.put("OpenTelemetry SDK", "io.opentelemetry.sdk.trace.SdkTracerProvider");
		types.put("Spring AI", "org.springframework.ai.chat.client.ChatClient");
		types.put("Spring Boot", "org.springframework.boot.SpringBootVersion");
		return types;
	}

	// List the libraries that are there.
	static String list() {
		StringJoiner versions = new StringJoiner(", ");
		TYPES.forEach((library, type) -> {
			String version = version(type);
			if (version != null) {
				versions.add(library + " " + version);
			}
		});
		String starter = StarterVersion.of(BraintrustProject.class);
		return versions.add("Braintrust starter " + ((starter != null) ? starter : UNKNOWN)).toString();
	}

	private static @Nullable String version(String name) {
		try {
			// A class is not initialized for it: that may be the very thing that fails.
			Class<?> type = Class.forName(name, false, LibraryVersions.class.getClassLoader());
			String version = type.getPackage().getImplementationVersion();
			return (version != null) ? version : UNKNOWN;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

}
