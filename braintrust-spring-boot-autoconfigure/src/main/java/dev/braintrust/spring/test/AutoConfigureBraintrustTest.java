package dev.braintrust.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Adds the starter to the Spring context of a test class, also in slices such as
 * {@code @DataJpaTest}. A {@link RecordedSpans} bean records the spans that the projects
 * would send. Projects need no API key.
 *
 * <pre class="code">
 * &#64;AutoConfigureBraintrustTest
 * &#64;SpringBootTest
 * class SupportDeskTests {
 *
 * 	&#64;Autowired
 * 	private RecordedSpans spans;
 *
 * }
 * </pre>
 *
 * Tests without the annotation do not send spans either: each context of Spring's test
 * framework has the recorder. Test classes with and without the annotation share cached
 * contexts as usual. The spans are {@link RecordedSpans#clear() cleared} before each test
 * method.
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
	 * Whether to send the spans, as in production, instead of recording them.
	 * @return whether the test sends spans
	 */
	boolean export() default false;

}
