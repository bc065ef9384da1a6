package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.trace.micrometer.ProjectContextAccessor;
import io.micrometer.context.ContextRegistry;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that carries project spans to other
 * threads wherever Micrometer's context propagation is used. It registers its accessor
 * again after all singletons are created, because it must come after the accessors that
 * application beans register.
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
