package dev.braintrust.spring.export;

import java.io.File;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link GlobalOpenTelemetry} is left to the application: neither set nor
 * read. It is static, so each test loads its own copy of all classes.
 */
@Tag("process")
class GlobalOpenTelemetryTests {

	@Test
	void exportNeitherSetsNorReadsIt() throws Exception {
		assertThat(callInCopy(Export.class)).isEqualTo("not set, read 0 times");
	}

	@Test
	void checkCanTell() throws Exception {
		assertThat(callInCopy(Setter.class)).isEqualTo("set, read 0 times");
		assertThat(callInCopy(Reader.class)).isEqualTo("not set, read 1 times");
	}

	private static Object callInCopy(Class<? extends Use> type) throws Exception {
		ClassLoader original = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader copy = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
			Thread.currentThread().setContextClassLoader(copy);
			return ((Callable<?>) copy.loadClass(type.getName()).getConstructor().newInstance()).call();
		}
		finally {
			Thread.currentThread().setContextClassLoader(original);
		}
	}

	private static URL[] classPath() throws MalformedURLException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			urls.add(new File(entry).toURI().toURL());
		}
		return urls.toArray(URL[]::new);
	}

	/**
	 * Runs an action twice: before the global instance is set, and after.
	 */
	public abstract static class Use implements Callable<String> {

		@Override
		public String call() {
			use();
			boolean set = GlobalOpenTelemetry.isSet();
			AtomicInteger reads = new AtomicInteger();
			if (!set) {
				GlobalOpenTelemetry.set((OpenTelemetry) Proxy.newProxyInstance(getClass().getClassLoader(),
						new Class<?>[] { OpenTelemetry.class }, (proxy, method, arguments) -> {
							reads.incrementAndGet();
							return method.invoke(OpenTelemetry.noop(), arguments);
						}));
				use();
			}
			return (set ? "set" : "not set") + ", read " + reads + " times";
		}

		abstract void use();

	}

	/**
	 * Exports a span of a project.
	 */
	public static final class Export extends Use {

		@Override
		void use() {
			try (OtlpReceiver receiver = new OtlpReceiver()) {
				new ApplicationContextRunner()
					.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
					.withPropertyValues("braintrust.api-url=" + receiver.url(), "braintrust.api-key=sk-test",
							"braintrust.projects.support.name=Support")
					.run((context) -> context.getBean(BraintrustProjects.class)
						.tracer("support")
						.rootSpan("a")
						.run((span) -> span.output("b")));
				assertThat(receiver.spans()).hasSize(1);
			}
		}

	}

	/**
	 * Sets the global instance, as the first call of get() does.
	 */
	public static final class Setter extends Use {

		@Override
		void use() {
			GlobalOpenTelemetry.get();
		}

	}

	/**
	 * Reads the global instance if it is set.
	 */
	public static final class Reader extends Use {

		@Override
		void use() {
			GlobalOpenTelemetry.getOrNoop().getMeterProvider();
		}

	}

}
