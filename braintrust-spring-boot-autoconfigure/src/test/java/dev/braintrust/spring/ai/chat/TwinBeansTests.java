package dev.braintrust.spring.ai.chat;

import java.lang.reflect.Proxy;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import io.micrometer.observation.ObservationRegistry;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application starts with the starter as without it, for all classes of
 * clients and all kinds of injection points.
 */
@ExtendWith(OutputCaptureExtension.class)
class TwinBeansTests {

	private final ApplicationContextRunner untraced = new ApplicationContextRunner();

	private final ApplicationContextRunner traced = this.untraced
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withBean(RecordedSpans.class)
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.projects.support.enabled=true");

	@ParameterizedTest
	@ValueSource(classes = { OwnClass.class, FinalClass.class, FinalMethod.class, DefaultClass.class,
			SecondInterface.class, OwnBuilderClass.class, ScopedTarget.class, OwnRequests.class, Aspects.class,
			EarlyForAnAspect.class, EarlyForAPostProcessor.class, EarlyForAnEarlyPostProcessor.class,
			EarlyForABeanFactoryPostProcessor.class })
	void annotatedBeanIsInjectedAsItIsUntraced(Class<?> application) {
		assertThat(seen(this.traced, application)).isEqualTo(seen(this.untraced, application));
	}

	@ParameterizedTest
	@ValueSource(classes = { Unannotated.class, UnannotatedBuilder.class })
	void beanOfTheDefaultProjectIsInjectedAsItIsUntraced(Class<?> application) {
		assertThat(seen(this.traced.withPropertyValues("braintrust.default-project=support"), application))
			.isEqualTo(seen(this.untraced, application));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnClass.class, FinalClass.class, FinalMethod.class, DefaultClass.class,
			OwnBuilderClass.class, ScopedTarget.class, OwnRequests.class, Aspects.class, EarlyForAnAspect.class,
			EarlyForAPostProcessor.class, EarlyForAnEarlyPostProcessor.class, EarlyForABeanFactoryPostProcessor.class })
	void annotatedBeanIsTracedOrNamed(Class<?> application, CapturedOutput output) {
		this.traced.withUserConfiguration(application).run((context) -> {
			context.getBean(Seen.class).what().get();
			boolean named = output.getOut()
				.lines()
				.anyMatch((line) -> line.matches(".*WARN.*supportChat.*not traced.*"));
			assertThat(context.getBean(RecordedSpans.class).of("support").isEmpty()).isEqualTo(named);
		});
	}

	private static String seen(ApplicationContextRunner runner, Class<?> application) {
		String[] seen = new String[1];
		runner.withUserConfiguration(application).run((context) -> seen[0] = seen(context));
		return seen[0];
	}

	private static String seen(AssertableApplicationContext context) {
		return (context.getStartupFailure() != null) ? "does not start: " + context.getStartupFailure().getMessage()
				: context.getBean(Seen.class).what().get();
	}

	private static ChatClient client() {
		return ChatClient.create(new ScriptedModel().says("hello").says("hello"));
	}

	/**
	 * The description of an injected bean by the component that uses it.
	 *
	 * @param what supplies the description
	 */
	record Seen(Supplier<String> what) {

		static Seen of(Object bean, Supplier<Object> use) {
			// For users, a subclass that Spring creates counts as the class itself.
			return new Seen(() -> ClassUtils.getUserClass(bean).getSimpleName() + " " + use.get());
		}

	}

	interface Greeter {

		String greet();

	}

	static class OwnChat implements ChatClient, Greeter {

		private final ChatClient delegate = client();

		@Override
		public String greet() {
			return prompt("greet").call().content();
		}

		@Override
		public ChatClientRequestSpec prompt() {
			return this.delegate.prompt();
		}

		@Override
		public ChatClientRequestSpec prompt(String content) {
			return this.delegate.prompt(content);
		}

		@Override
		public ChatClientRequestSpec prompt(Prompt prompt) {
			return this.delegate.prompt(prompt);
		}

		@Override
		public Builder mutate() {
			return this.delegate.mutate();
		}

	}

	static final class FinalChat extends OwnChat {

	}

	static class ChatWithAFinalMethod extends OwnChat {

		private final String greeting = "greet";

		final String greetFinally() {
			return prompt(this.greeting).call().content();
		}

	}

	/**
	 * A client whose requests have the application's own class.
	 */
	static class ChatWithOwnRequests extends OwnChat {

		@Override
		public ChatClientRequestSpec prompt(String content) {
			ChatClientRequestSpec request = super.prompt(content);
			return (ChatClientRequestSpec) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { ChatClientRequestSpec.class },
					(proxy, method, arguments) -> method.invoke(request, arguments));
		}

	}

	static class OwnBuilder extends DefaultChatClientBuilder {

		OwnBuilder() {
			super(new ScriptedModel().says("hello").says("hello"), ObservationRegistry.NOOP, null, null, null);
		}

		String greet() {
			return build().prompt("greet").call().content();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClass {

		@Bean
		@BraintrustProject("support")
		OwnChat supportChat() {
			return new OwnChat();
		}

		@Bean
		Seen seen(@BraintrustProject("support") OwnChat chat) {
			return Seen.of(chat, () -> chat.greet() + chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalClass {

		@Bean
		@BraintrustProject("support")
		FinalChat supportChat() {
			return new FinalChat();
		}

		@Bean
		Seen seen(@BraintrustProject("support") FinalChat chat) {
			return Seen.of(chat, () -> chat.greet() + chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalMethod {

		@Bean
		@BraintrustProject("support")
		ChatWithAFinalMethod supportChat() {
			return new ChatWithAFinalMethod();
		}

		@Bean
		Seen seen(@BraintrustProject("support") ChatWithAFinalMethod chat) {
			return Seen.of(chat, chat::greetFinally);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRequests {

		@Bean
		@BraintrustProject("support")
		ChatWithOwnRequests supportChat() {
			return new ChatWithOwnRequests();
		}

		@Bean
		Seen seen(@BraintrustProject("support") ChatWithOwnRequests chat) {
			return Seen.of(chat, () -> chat.greet() + chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DefaultClass {

		@Bean
		@BraintrustProject("support")
		DefaultChatClient supportChat() {
			return (DefaultChatClient) client();
		}

		@Bean
		Seen seen(@BraintrustProject("support") DefaultChatClient chat) {
			// The starter's own subclass.
			return new Seen(() -> Content.kind(chat) + chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondInterface {

		@Bean
		@BraintrustProject("support")
		OwnChat supportChat() {
			return new OwnChat();
		}

		@Bean
		Seen seen(@BraintrustProject("support") Greeter greeter) {
			return Seen.of(greeter, greeter::greet);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBuilderClass {

		@Bean
		@BraintrustProject("support")
		OwnBuilder supportChat() {
			return new OwnBuilder();
		}

		@Bean
		Seen seen(@BraintrustProject("support") OwnBuilder builder) {
			return Seen.of(builder, () -> builder.greet() + builder.build().prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedTarget {

		@Bean
		@BraintrustProject("support")
		@Scope(value = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		OwnChat supportChat() {
			return new OwnChat();
		}

		@Bean
		Seen seen(@BraintrustProject("support") OwnChat chat) {
			return new Seen(() -> chat.greet() + chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unannotated {

		@Bean
		OwnChat supportChat() {
			return new OwnChat();
		}

		@Bean
		Seen seen(OwnChat chat) {
			return Seen.of(chat, () -> chat.greet() + chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnannotatedBuilder {

		@Bean
		OwnBuilder supportChat() {
			return new OwnBuilder();
		}

		@Bean
		Seen seen(OwnBuilder builder) {
			return Seen.of(builder, () -> builder.greet() + builder.build().prompt("greet").call().content());
		}

	}

	/**
	 * An aspect that counts the uses of a client.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Aspects {

		private int count;

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		Advisor counting() {
			NameMatchMethodPointcut prompts = new NameMatchMethodPointcut();
			prompts.setMappedName("prompt");
			Advice counting = (MethodInterceptor) (invocation) -> {
				this.count++;
				return invocation.proceed();
			};
			return new DefaultPointcutAdvisor(prompts, counting);
		}

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return client();
		}

		@Bean
		Seen seen(@BraintrustProject("support") ChatClient chat) {
			return new Seen(() -> chat.prompt("greet").call().content() + this.count);
		}

	}

	/**
	 * A client that is needed before all post-processors are registered.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Early {

		@Bean
		@BraintrustProject("support")
		static ChatClient supportChat() {
			return client();
		}

		@Bean
		static Seen seen(@BraintrustProject("support") ChatClient chat) {
			return new Seen(() -> chat.prompt("greet").call().content());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyForAnAspect extends Early {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		static Advisor asking(@BraintrustProject("support") ChatClient chat) {
			NameMatchMethodPointcut nothing = new NameMatchMethodPointcut();
			nothing.setMappedName("no such method");
			return new DefaultPointcutAdvisor(nothing, (MethodInterceptor) (invocation) -> {
				chat.prompt("may I?").call().content();
				return invocation.proceed();
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyForAPostProcessor extends Early {

		@Bean
		static BeanPostProcessor asking(@BraintrustProject("support") ChatClient chat) {
			return new BeanPostProcessor() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyForAnEarlyPostProcessor extends Early {

		@Bean
		static EarlyPostProcessor asking(@BraintrustProject("support") ChatClient chat) {
			return new EarlyPostProcessor();
		}

	}

	static class EarlyPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyForABeanFactoryPostProcessor extends Early {

		@Bean
		static BeanFactoryPostProcessor asking() {
			return (factory) -> factory.getBean("supportChat");
		}

	}

}
