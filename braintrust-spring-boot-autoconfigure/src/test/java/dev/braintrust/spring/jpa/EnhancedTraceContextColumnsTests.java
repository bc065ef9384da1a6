package dev.braintrust.spring.jpa;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;

import com.example.conversations.Conversation;
import org.hibernate.engine.spi.SelfDirtinessTracker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

import org.springframework.beans.BeanUtils;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the tests of {@link TraceContextColumns} with entities that are enhanced at build
 * time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnhancedTraceContextColumnsTests {

	private final EnhancingClassLoader loader = new EnhancingClassLoader(getClass().getClassLoader());

	private ClassLoader former;

	private Object tests;

	@BeforeAll
	void start() throws Exception {
		this.former = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(this.loader);
		this.tests = BeanUtils.instantiateClass(this.loader.loadClass(H2.class.getName()));
		ReflectionTestUtils.invokeMethod(this.tests, "start");
	}

	@AfterAll
	void stop() {
		ReflectionTestUtils.invokeMethod(this.tests, "stop");
		Thread.currentThread().setContextClassLoader(this.former);
	}

	@Test
	void entitiesAreEnhanced() throws Exception {
		assertThat(this.loader.loadClass(Conversation.class.getName())).isAssignableTo(SelfDirtinessTracker.class);
	}

	@TestFactory
	Stream<DynamicTest> columnsWorkAsInEntitiesThatAreNotEnhanced() {
		return Arrays.stream(this.tests.getClass().getSuperclass().getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Test.class))
			.map((method) -> DynamicTest.dynamicTest(method.getName(), () -> run(method)));
	}

	private void run(Method method) {
		ReflectionUtils.makeAccessible(method);
		ReflectionUtils.invokeMethod(method, this.tests);
	}

	/**
	 * The tests with a separate database.
	 */
	static class H2 extends AbstractTraceContextColumnsTests {

		@Override
		String databaseUrl() {
			return "jdbc:h2:mem:enhanced;DB_CLOSE_DELAY=-1";
		}

	}

}
