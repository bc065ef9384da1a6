package dev.braintrust.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Selects a Braintrust project by its key, the {@code <key>} of
 * {@code braintrust.projects.<key>.*}.
 * <p>
 * On a {@code @Bean} method or a component class, it traces the bean into the project: a
 * Spring AI {@code ChatClient}, a {@code ChatClient.Builder} or another traced type. On
 * an injection point, it is the qualifier for the project's clients,
 * {@link ProjectTracer}, {@code Tracer}, {@code TracerProvider} and
 * {@code OpenTelemetry}.
 *
 * <pre class="code">
 * &#64;Bean
 * &#64;BraintrustProject("support")
 * ChatClient supportChat(ChatClient.Builder builder) {
 * 	return builder.build();
 * }
 *
 * SupportAgent(&#64;BraintrustProject("support") ChatClient chat) {
 * }
 * </pre>
 *
 * If the key is not declared, startup fails with a list of the declared keys.
 *
 * @see BraintrustProjects
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.FIELD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Qualifier
public @interface BraintrustProject {

	/**
	 * The key of the project.
	 * @return the key, in lower-case letters, digits and dashes
	 */
	String value();

}
