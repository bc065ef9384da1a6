package dev.braintrust.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * On a test class with a Spring context: the starter's auto-configurations are part of
 * the context, slices included, and a {@link RecordedSpans} bean records what the
 * projects would send. A project needs no API key to be recorded.
 * <p>
 * Nothing is sent from a test without the annotation either: each context that Spring's
 * test framework makes has the recorder. The annotation adds what a slice, such as
 * {@code @DataJpaTest}, leaves out, and says what the test is about. Test classes that
 * carry it share their cached context like those that do not. The spans are
 * {@link RecordedSpans#clear() cleared} before each test method.
 *
 * @see BraintrustAssertions
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureBraintrustTest {

	/**
	 * Whether the spans are sent, as in production. Nothing is recorded then.
	 * @return whether the test sends spans
	 */
	boolean export() default false;

}
