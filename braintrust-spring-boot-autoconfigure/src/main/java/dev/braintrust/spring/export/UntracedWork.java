package dev.braintrust.spring.export;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

import org.jspecify.annotations.Nullable;

/**
 * Runs work that OpenTelemetry's Java agent leaves alone: HTTP requests in it become no
 * spans of the application and carry no {@code traceparent}. The agent has no public API
 * for that. OpenTelemetry's own exporters ask for it by a method of the API that is not
 * meant for others, so it is looked up by its name, and the work is done without it where
 * it is not to be found: without an agent nothing is missed.
 */
final class UntracedWork {

	private static final String TYPE = "io.opentelemetry.api.internal.InstrumentationUtil";

	private static final String METHOD = "suppressInstrumentation";

	private static final @Nullable MethodHandle SUPPRESS = find(TYPE, METHOD);

	private UntracedWork() {
	}

	static @Nullable MethodHandle find(String type, String method) {
		try {
			return MethodHandles.publicLookup()
				.findStatic(Class.forName(type, false, UntracedWork.class.getClassLoader()), method,
						MethodType.methodType(void.class, Runnable.class));
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			return null;
		}
	}

	/**
	 * Run some work on this thread.
	 * @param work the work
	 */
	static void run(Runnable work) {
		run(work, SUPPRESS);
	}

	static void run(Runnable work, @Nullable MethodHandle suppress) {
		if (suppress == null) {
			work.run();
			return;
		}
		try {
			suppress.invokeExact(work);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// A Runnable throws nothing else.
			throw new IllegalStateException(ex);
		}
	}

}
