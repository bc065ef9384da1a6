package dev.braintrust.spring.actuate;

import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * Registers meters of one project that read a status.
 *
 * @param registry where meters are registered
 * @param source what has the status. A registry that outlives the context holds it
 * weakly, and nothing else of it
 * @param key the key of the project
 * @param status gives the status by the key, {@code null} where there is none yet
 * @param <T> the type of the source
 * @param <S> the type of the status
 */
record ProjectMeters<T, S>(MeterRegistry registry, T source, String key, BiFunction<T, String, @Nullable S> status) {

	void gauge(String name, String unit, String description, ToDoubleFunction<S> value) {
		Gauge.builder(name, this.source, read(this.key, this.status, value))
			.description(description)
			.baseUnit(unit)
			.tag("project", this.key)
			.register(this.registry);
	}

	void counter(String name, String unit, String description, ToDoubleFunction<S> value, String... tags) {
		FunctionCounter.builder(name, this.source, read(this.key, this.status, value))
			.description(description)
			.baseUnit(unit)
			.tags(Tags.of("project", this.key).and(tags))
			.register(this.registry);
	}

	// Static, so that what is registered does not hold the source.
	private static <T, S> ToDoubleFunction<T> read(String key, BiFunction<T, String, @Nullable S> status,
			ToDoubleFunction<S> value) {
		return (source) -> {
			S current = status.apply(source, key);
			return (current != null) ? value.applyAsDouble(current) : 0;
		};
	}

}
