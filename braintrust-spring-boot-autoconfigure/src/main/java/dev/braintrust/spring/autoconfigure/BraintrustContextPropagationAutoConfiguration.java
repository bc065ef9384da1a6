package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.trace.micrometer.ProjectContextAccessor;
import io.micrometer.context.ContextRegistry;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that has the spans of projects
 * carried to other threads wherever Micrometer's context propagation carries anything.
 * What the beans of the application register while they are made is heeded at once.
 */
@AutoConfiguration
@ConditionalOnClass(ContextRegistry.class)
public final class BraintrustContextPropagationAutoConfiguration implements SmartInitializingSingleton {

	BraintrustContextPropagationAutoConfiguration() {
		afterSingletonsInstantiated();
	}

	@Override
	public void afterSingletonsInstantiated() {
		ProjectContextAccessor.register(ContextRegistry.getInstance());
	}

}
