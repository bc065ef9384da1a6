package dev.braintrust.spring.api;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Runs work that OpenTelemetry's Java agent ignores: its HTTP requests create no spans of
 * the application and carry no {@code traceparent}. The agent has no public API for that.
 * OpenTelemetry's own exporters use an internal method of the API, so this class looks it
 * up by name. If the method is missing, the work runs without it, which makes no
 * difference without an agent.
 */
final class UntracedWork {

	// The first one up to OpenTelemetry 1.62, the second one from 1.63 on.
	private static final List<String> TYPES = List.of("io.opentelemetry.api.internal.InstrumentationUtil",
			"io.opentelemetry.api.impl.InstrumentationUtil");

	private static final String METHOD = "suppressInstrumentation";

	private static final @Nullable MethodHandle SUPPRESS = find(TYPES, METHOD);

	private UntracedWork() {
	}

	static @Nullable MethodHandle find(List<String> types, String method) {
		return types.stream().map((type) -> find(type, method)).filter(Objects::nonNull).findFirst().orElse(null);
	}

	private static @Nullable MethodHandle find(String type, String method) {
		try {
			return MethodHandles.publicLookup()
				.findStatic(Class.forName(type, false, UntracedWork.class.getClassLoader()), method,
						MethodType.methodType(void.class, Runnable.class));
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			return null;
		}
	}

	// Run work on this thread.
	static <T> T call(Supplier<T> work) {
		return call(work, SUPPRESS);
	}

	static <T> T call(Supplier<T> work, @Nullable MethodHandle suppress) {
		if (suppress == null) {
			return work.get();
		}
		List<T> result = new ArrayList<>(1);
		run(() -> result.add(work.get()), suppress);
		return result.get(0);
	}

	private static void run(Runnable work, MethodHandle suppress) {
		try {
			suppress.invokeExact(work);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// A Runnable throws no checked exception.
			throw new IllegalStateException(ex);
		}
	}

}
