package dev.braintrust.spring.versions;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * The test class path with another version of OpenTelemetry, which the build copies into
 * the target directory.
 */
final class OtherOpenTelemetry {

	private static final Path TARGET = Path.of("target");

	private OtherOpenTelemetry() {
	}

	/**
	 * The class path.
	 * @param version {@code oldest} or {@code newest}
	 * @return its entries
	 */
	static URL[] classPath(String version) throws IOException {
		return classPath("opentelemetry", version);
	}

	/**
	 * The class path with another version of any library.
	 * @param library the library
	 * @param version {@code oldest} or {@code newest}
	 * @return its entries
	 */
	static URL[] classPath(String library, String version) throws IOException {
		List<Path> jars;
		try (Stream<Path> files = Files.list(TARGET.resolve(library).resolve(version))) {
			jars = files.toList();
		}
		List<URL> urls = new ArrayList<>();
		for (Path jar : jars) {
			urls.add(jar.toUri().toURL());
		}
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		for (String entry : classPath.split(File.pathSeparator)) {
			if (jars.stream().noneMatch((jar) -> artifact(jar).equals(artifact(Path.of(entry))))) {
				urls.add(url(entry));
			}
		}
		return urls.toArray(URL[]::new);
	}

	private static URL url(String entry) throws MalformedURLException {
		return new File(entry).toURI().toURL();
	}

	// The name of a jar without its version.
	private static String artifact(Path jar) {
		return jar.getFileName().toString().replaceAll("-\\d+\\.\\d+\\.\\d+\\.jar$", "");
	}

	/**
	 * Run a class in a separate class loader.
	 * @param version {@code oldest} or {@code newest}
	 * @param type a class with a public constructor
	 * @return the result of the call
	 */
	static Object call(String version, Class<? extends Callable<?>> type) throws Exception {
		ClassLoader original = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader copy = new URLClassLoader(classPath(version), ClassLoader.getPlatformClassLoader())) {
			Thread.currentThread().setContextClassLoader(copy);
			return ((Callable<?>) copy.loadClass(type.getName()).getConstructor().newInstance()).call();
		}
		finally {
			Thread.currentThread().setContextClassLoader(original);
		}
	}

}
