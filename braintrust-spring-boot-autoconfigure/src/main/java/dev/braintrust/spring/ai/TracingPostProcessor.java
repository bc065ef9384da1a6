package dev.braintrust.spring.ai;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/**
 * Puts a traced object in the place of a bean, and knows which beans came by.
 * <p>
 * It comes before post-processors that are {@link Ordered}, such as the one that makes
 * proxies for aspects: that one creates beans which aspects depend on, and a client may
 * be one of them. What is created even earlier does not come by.
 */
public abstract class TracingPostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	@Override
	public final Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!isKnown(bean)) {
			return bean;
		}
		this.seen.add(beanName);
		return trace(bean, beanName);
	}

	protected abstract boolean isKnown(Object bean);

	protected abstract Object trace(Object bean, String beanName);

	// Whether a bean came by.
	public final boolean hasSeen(String beanName) {
		return this.seen.contains(beanName);
	}

	@Override
	public final int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
