package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of clients that Spring creates before other beans, because a post-processor needs
 * them.
 */
@ExtendWith(OutputCaptureExtension.class)
class EarlyClientTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ScriptedModel model = new ScriptedModel().says("fine");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.name=Support", "braintrust.api-key=sk-test")
		.withBean(RecordedSpans.class, () -> this.spans)
		.withBean(ScriptedModel.class, () -> this.model);

	@Test
	void clientThatAnAspectNeedsIsTraced(CapturedOutput output) {
		this.runner.withUserConfiguration(WithAspect.class)
			.run((context) -> context.getBean(ChatClient.class).prompt("hello").call().content());
		assertThat(this.spans).project("support").hasSpans(2);
		assertThat(output).doesNotContain("is not traced");
	}

	@Test
	void clientThatAnEarlierPostProcessorNeedsIsNotTracedAndALogSaysWhy(CapturedOutput output) {
		this.runner.withUserConfiguration(WithPostProcessor.class)
			.run((context) -> context.getBean(ChatClient.class).prompt("hello").call().content());
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(output).containsOnlyOnce("The bean 'supportChat' is not traced into Braintrust, though it has "
				+ "@BraintrustProject(\"support\"): it was created before the starter could trace it, since it is "
				+ "needed early by 'early'. Let the bean that needs it take it lazily, by @Lazy or an ObjectProvider.");
	}

	@Configuration(proxyBeanMethods = false)
	static class WithAspect {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		static Advisor advisor(@BraintrustProject("support") ChatClient chat) {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setMappedName("advised");
			return new DefaultPointcutAdvisor(pointcut, (org.aopalliance.intercept.MethodInterceptor) (
					invocation) -> chat.prompt("advise").call().content());
		}

		@Bean
		@BraintrustProject("support")
		static ChatClient supportChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithPostProcessor {

		@Bean
		static Early early(@BraintrustProject("support") ChatClient chat) {
			return new Early();
		}

		@Bean
		@BraintrustProject("support")
		static ChatClient supportChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

	}

	static class Early implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

}
