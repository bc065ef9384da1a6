package dev.braintrust.spring.console;

import dev.braintrust.spring.autoconfigure.properties.ConsoleProperties;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the console, which shows the
 * spans that projects record. It is off by default and refused under a production
 * profile.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty("braintrust.console.enabled")
public final class BraintrustConsoleAutoConfiguration {

	private static final String PRODUCTION = "prod | production | live";

	private BraintrustConsoleAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@Profile("!(" + PRODUCTION + ")")
	@EnableConfigurationProperties(ConsoleProperties.class)
	@ImportRuntimeHints(Hints.class)
	static final class ConsoleConfiguration {

		@Bean(initMethod = "start")
		TraceStore braintrustTraceStore(ConsoleProperties properties) {
			return new TraceStore(properties.maxMemory().toBytes());
		}

		@Bean
		WatchedProjects braintrustWatchedProjects(TraceStore store) {
			return new WatchedProjects(store);
		}

		@Bean
		@Lazy
		Experiments braintrustConsoleExperiments(WatchedProjects projects) {
			return projects.openExperiments();
		}

		@Bean
		Console braintrustConsole(ConsoleProperties properties, WatchedProjects projects) {
			return new Console(new RequestGuard(properties.allowedHosts()), projects);
		}

		@Bean
		ConsoleAnnouncement braintrustConsoleAnnouncement(Environment environment,
				ObjectProvider<ConsoleServer> server) {
			return new ConsoleAnnouncement(environment, server);
		}

		@Configuration(proxyBeanMethods = false)
		@Conditional(OnOwnPort.class)
		static final class OwnPortConfiguration {

			@Bean
			ConsoleServer braintrustConsoleServer(Console console, ConsoleProperties properties) {
				return new ConsoleServer(console, properties.port(), !properties.allowedHosts().isEmpty(),
						ConsoleServer.PATIENCE);
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		@ConditionalOnClass({ Filter.class, FilterRegistrationBean.class })
		@ConditionalOnMissingBean(ConsoleServer.class)
		static final class ServletConfiguration {

			@Bean
			FilterRegistrationBean<ConsoleFilter> braintrustConsoleFilter(Console console) {
				FilterRegistrationBean<ConsoleFilter> registration = new FilterRegistrationBean<>(
						new ConsoleFilter(console));
				registration.addUrlPatterns(ConsoleRequest.PATH + "/*");
				registration.setDispatcherTypes(DispatcherType.REQUEST);
				registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
				registration.setAsyncSupported(true);
				return registration;
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		@ConditionalOnClass(HttpHandlerDecoratorFactory.class)
		@ConditionalOnMissingBean(ConsoleServer.class)
		static final class ReactiveConfiguration {

			@Bean
			HttpHandlerDecoratorFactory braintrustConsoleHandler(Console console, Environment environment) {
				return (application) -> new ConsoleHttpHandler(console, application,
						() -> environment.getProperty(ConsoleAnnouncement.PORT, Integer.class));
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@Profile(PRODUCTION)
	static final class RefusedConfiguration {

		@Bean
		SmartInitializingSingleton braintrustConsoleRefusal(Environment environment) {
			return () -> LogFactory.getLog(Console.class)
				.warn("The Braintrust console is refused, because a production profile is active ("
						+ String.join(", ", environment.getActiveProfiles())
						+ "): it would show prompts and answers to everybody who reaches it. Set "
						+ "'braintrust.console.enabled' only in a development profile.");
		}

	}

	/**
	 * Matches if the console needs a separate server: its port is set, or the application
	 * has no web server.
	 */
	static final class OnOwnPort extends AnyNestedCondition {

		OnOwnPort() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnProperty("braintrust.console.port")
		static final class PortIsSet {

		}

		@ConditionalOnNotWebApplication
		static final class NoWebApplication {

		}

	}

	/**
	 * Adds the files of the page to native images.
	 */
	static final class Hints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerPattern("dev/braintrust/spring/console/*");
		}

	}

}
