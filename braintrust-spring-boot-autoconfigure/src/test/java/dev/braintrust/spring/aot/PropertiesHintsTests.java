package dev.braintrust.spring.aot;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

import dev.braintrust.spring.autoconfigure.BraintrustRuntimeHints;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ConsoleProperties;
import dev.braintrust.spring.autoconfigure.properties.EvalProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectProperties;
import dev.braintrust.spring.autoconfigure.properties.PromptProperties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.BeanUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the hints for properties. A native image only returns the components of a
 * record if all accessors are registered, and the search for unknown properties also
 * reads the records of features that are off.
 */
class PropertiesHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@ParameterizedTest
	@ValueSource(classes = { BraintrustProperties.class, ProjectProperties.class, ConsoleProperties.class,
			EvalProperties.class, PromptProperties.class })
	void nativeImageKnowsConstructorAndAccessorsOfEachRecord(Class<?> type) {
		new BraintrustRuntimeHints().registerHints(this.hints, getClass().getClassLoader());
		assertHints(type);
	}

	private void assertHints(Class<?> type) {
		assertThat(
				RuntimeHintsPredicates.reflection().onConstructorInvocation(BeanUtils.getResolvableConstructor(type)))
			.accepts(this.hints);
		for (RecordComponent component : type.getRecordComponents()) {
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(component.getAccessor()))
				.as(component.toString())
				.accepts(this.hints);
		}
		Arrays.stream(type.getRecordComponents())
			.map(RecordComponent::getType)
			.filter(Class::isRecord)
			.forEach(this::assertHints);
	}

}
