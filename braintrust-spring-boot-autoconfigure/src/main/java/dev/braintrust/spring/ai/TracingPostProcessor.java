package dev.braintrust.spring.ai;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Puts a traced object in the place of a bean, and knows which beans came by. A bean that
 * cannot be traced stays as it is, and one warning says why and what to do.
 * <p>
 * It comes before post-processors that are {@link Ordered}, such as the one that makes
 * proxies for aspects: that one creates beans which aspects depend on, and a client may
 * be one of them. What is created even earlier does not come by.
 */
public abstract class TracingPostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final Log logger;

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	protected TracingPostProcessor(String log) {
		this.logger = LogFactory.getLog(log);
	}

	// Those of a context, which has made them by then.
	public static Collection<TracingPostProcessor> all(ListableBeanFactory beanFactory) {
		return beanFactory.getBeansOfType(TracingPostProcessor.class, true, false).values();
	}

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

	protected final void warn(String beanName, String reason) {
		if (this.warned.add(beanName)) {
			this.logger.warn("The bean '" + beanName + "' is not traced into Braintrust: " + reason + ".");
		}
	}

	// Why nothing can stand in for a bean.
	protected static String obstacle(Object bean, String remedy) {
		String listener = StandIn.listener(bean);
		return (listener != null) ? StandIn.explain(listener, bean)
				: "its class " + ClassUtils.getUserClass(bean).getName() + " is final, or has final methods, and the "
						+ "bean is declared by its class. " + remedy;
	}

	// Whether a bean came by.
	public final boolean hasSeen(String beanName) {
		return this.seen.contains(beanName);
	}

	// The names of the beans that came by.
	public final Set<String> seen() {
		return Set.copyOf(this.seen);
	}

	@Override
	public final int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
