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
 * Replaces beans with traced objects and remembers the beans that it has seen. A bean
 * that cannot be traced stays unchanged; one warning says why and how to fix it.
 * <p>
 * It runs before post-processors that are {@link Ordered}, such as the creator of aspect
 * proxies, which first creates the beans that aspects depend on. A client may be one of
 * them. Beans that are created even earlier are not seen.
 */
public abstract class TracingPostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final Log logger;

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	protected TracingPostProcessor(String log) {
		this.logger = LogFactory.getLog(log);
	}

	// Return the post-processors of a context, which has already created them.
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

	// Explain why no stand-in is possible for a bean.
	protected static String obstacle(Object bean, String remedy) {
		String listener = StandIn.listener(bean);
		return (listener != null) ? StandIn.explain(listener, bean)
				: "its class " + ClassUtils.getUserClass(bean).getName() + " is final, or has final methods, and the "
						+ "bean is declared by its class. " + remedy;
	}

	// Whether this post-processor has seen a bean.
	public final boolean hasSeen(String beanName) {
		return this.seen.contains(beanName);
	}

	// Return the names of the beans that this post-processor has seen.
	public final Set<String> seen() {
		return Set.copyOf(this.seen);
	}

	@Override
	public final int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
