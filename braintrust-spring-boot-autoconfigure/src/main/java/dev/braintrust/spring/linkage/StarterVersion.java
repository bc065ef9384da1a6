package dev.braintrust.spring.linkage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Finds the version of the starter in a file that the build writes beside its classes.
 * The manifest of the jar has it too, but is missing on a class path of directories, in a
 * repackaged jar and in a native image.
 */
public final class StarterVersion {

	private static final String FILE = "version.properties";

	private StarterVersion() {
	}

	public static @Nullable String of(Class<?> type) {
		Properties properties = new Properties();
		try (InputStream input = type.getResourceAsStream(FILE)) {
			if (input != null) {
				properties.load(input);
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			// The manifest may contain the version.
		}
		String version = properties.getProperty("version", "");
		// An IDE may copy the file without replacing the placeholder.
		boolean known = !version.isBlank() && !version.startsWith("$");
		return known ? version : type.getPackage().getImplementationVersion();
	}

	/**
	 * Registers the file for native images.
	 */
	static class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerPattern("dev/braintrust/spring/" + FILE);
		}

	}

}
