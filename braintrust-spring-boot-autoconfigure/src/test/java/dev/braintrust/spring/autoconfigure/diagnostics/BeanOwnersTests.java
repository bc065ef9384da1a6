package dev.braintrust.spring.autoconfigure.diagnostics;

import java.lang.annotation.Annotation;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.support.ScriptedModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.annotated.BelowSpring;
import org.springframework.beans.factory.aot.BeanInstanceSupplier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests of the places where the annotation is found, and of beans that are skipped.
 */
class BeanOwnersTests {

	@Test
	void annotationIsFoundOnMethodsAndOnClasses() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Application.class)) {
			assertThat(BeanOwners.all(context.getBeanFactory())).containsOnly(entry("client", "support"),
					entry("agent", "research"));
		}
	}

	@Test
	void annotationIsFoundOnMethodsThatGeneratedCodeCalls() {
		RootBeanDefinition definition = new RootBeanDefinition(ChatClient.class);
		definition.setInstanceSupplier(BeanInstanceSupplier.<ChatClient>forFactoryMethod(Application.class, "client"));
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerBeanDefinition("client", definition);
		assertThat(BeanOwners.all(beanFactory)).containsOnly(entry("client", "support"));
	}

	@Test
	void annotationIsFoundOnMethodsOfAnApplicationBelowSpringsPackage() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(BelowSpring.class)) {
			assertThat(BeanOwners.all(context.getBeanFactory())).containsOnly(entry("client", "support"));
		}
	}

	@Test
	void classesOfSpringAreNotLookedInto() {
		Counting beanFactory = new Counting();
		beanFactory.registerBeanDefinition("spring", new RootBeanDefinition(DefaultListableBeanFactory.class));
		beanFactory.registerBeanDefinition("agent", new RootBeanDefinition(Agent.class));
		assertThat(BeanOwners.all(beanFactory)).containsOnly(entry("agent", "research"));
		assertThat(beanFactory.lookups).isOne();
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		@BraintrustProject("support")
		ChatClient client() {
			return ChatClient.create(new ScriptedModel());
		}

		@Bean
		ChatClient other() {
			return ChatClient.create(new ScriptedModel());
		}

		@Bean
		Agent agent() {
			return new Agent();
		}

	}

	@BraintrustProject("research")
	static class Agent {

	}

	private static final class Counting extends DefaultListableBeanFactory {

		private int lookups;

		@Override
		public <A extends Annotation> @Nullable A findAnnotationOnBean(String beanName, Class<A> annotationType,
				boolean allowFactoryBeanInit) {
			this.lookups++;
			return super.findAnnotationOnBean(beanName, annotationType, allowFactoryBeanInit);
		}

	}

}
