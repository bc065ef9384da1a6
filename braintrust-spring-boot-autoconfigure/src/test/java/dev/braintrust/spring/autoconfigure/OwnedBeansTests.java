package dev.braintrust.spring.autoconfigure;

import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.ContentFilter;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link OwnedBeans}.
 */
class OwnedBeansTests {

	@Test
	void beansAreMadeOnceAndInNoLock() {
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		OwnedBeans<ContentFilter> beans = new OwnedBeans<>(ContentFilter.class, beanFactory, "projects");
		AtomicReference<Boolean> locked = new AtomicReference<>();
		RootBeanDefinition filter = new RootBeanDefinition(ContentFilter.class, () -> {
			locked.set(Thread.holdsLock(beans));
			return (text, field) -> text;
		});
		filter.setScope("prototype");
		beanFactory.registerBeanDefinition("filter", filter);
		assertThat(beans.apply("support")).hasSize(1).isEqualTo(beans.apply("support"));
		assertThat(locked).hasValue(false);
	}

}
