package dev.braintrust.spring.linkage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProject;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether a project traces. A {@link LinkageError} in the starter's own work means that
 * libraries are incompatible. It switches the project off for good, so that calls
 * continue unchanged. The first problem is logged and stays the state of the project.
 * Thread-safe.
 */
public final class ProjectSwitch {

	private static final Log logger = LogFactory.getLog(ProjectSwitch.class);

	private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

	private final String key;

	private volatile boolean off;

	ProjectSwitch(String key) {
		this.key = key;
	}

	// Whether the project is switched off: it starts no spans, and adds nothing to
	// open spans.
	public boolean isOff() {
		return this.off;
	}

	// Switch the project off. Never call this for an error of the application's own work.
	public void incompatible(LinkageError error) {
		this.off = true;
		StackTraceElement[] stack = error.getStackTrace();
		// The message is left out, since any code may have written it.
		say("The project is off, because libraries on the class path do not fit together (" + error.getClass().getName()
				+ ((stack.length > 0) ? " at " + stack[0] : "") + "). ");
	}

	// A span that must record does not. Its methods do nothing, so there is nothing to
	// switch off.
	public void unrecorded() {
		say("Nothing is recorded, because the OpenTelemetry SDK makes spans that do not record. ");
	}

	private void say(String problem) {
		if (this.problem.get() == null) {
			String text = problem + "The versions are: " + LibraryVersions.list()
					+ ". Use those that Spring Boot manages, or OpenTelemetry 1.55 to 1.68 in one version for API and SDK.";
			if (this.problem.compareAndSet(null, text)) {
				logger.error("Braintrust project '" + this.key + "': " + text
						+ " The application continues without these traces. This is logged once.");
			}
		}
	}

	// The problem of the project, or null.
	public @Nullable String problem() {
		return this.problem.get();
	}

	/**
	 * A tracer that knows the switch of its project.
	 */
	public interface SwitchedTracer {

		ProjectSwitch projectSwitch();

	}

	/**
	 * The versions on the class path of the libraries that must be compatible.
	 */
	private static final class LibraryVersions {

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

		// List the libraries that are present.
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
				// Do not initialize the class: the initialization itself may fail.
				Class<?> type = Class.forName(name, false, LibraryVersions.class.getClassLoader());
				String version = type.getPackage().getImplementationVersion();
				return (version != null) ? version : UNKNOWN;
			}
			catch (ClassNotFoundException | LinkageError ex) {
				return null;
			}
		}

	}

}
