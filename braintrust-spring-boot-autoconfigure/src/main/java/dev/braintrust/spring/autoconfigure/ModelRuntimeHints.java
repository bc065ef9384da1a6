package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.ai.model.ModelKind;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The proxies of this package, for native images, which make none of classes.
 */
class ModelRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (Class<?> type : ModelKind.types()) {
			hints.proxies().registerJdkProxy(type).registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(type));
		}
	}

}
