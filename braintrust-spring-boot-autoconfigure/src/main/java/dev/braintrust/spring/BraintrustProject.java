package dev.braintrust.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Names a Braintrust project by its key, the {@code <key>} of
 * {@code braintrust.projects.<key>.*}.
 * <p>
 * On a bean, a {@code @Bean} method or a component class, it says whose bean it is: a
 * Spring AI {@code ChatClient} or {@code ChatClient.Builder} bean that carries it is
 * traced into that project. On an injection point it is the qualifier for the project's
 * {@code ChatClient}, {@link ProjectTracer}, {@code Tracer}, {@code TracerProvider} or
 * {@code OpenTelemetry}. A key that is not declared fails startup with the declared ones
 * named.
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
