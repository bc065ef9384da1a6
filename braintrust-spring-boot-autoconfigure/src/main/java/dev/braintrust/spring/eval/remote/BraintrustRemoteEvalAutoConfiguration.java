package dev.braintrust.spring.eval.remote;

import java.util.LinkedHashSet;

import dev.braintrust.spring.api.BackgroundThreads;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.properties.EvalProperties;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.RemoteEvalAuthorizer;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;
import org.springframework.web.server.WebFilter;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of remote evaluations. They are off
 * by default.
 */
@AutoConfiguration(after = BraintrustAutoConfiguration.class)
@ConditionalOnBooleanProperty("braintrust.evals.remote.enabled")
public final class BraintrustRemoteEvalAutoConfiguration {

	// After Spring Security, so that the application's own access rules apply first.
	private static final int ORDER = 0;

	private BraintrustRemoteEvalAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@EnableConfigurationProperties(EvalProperties.class)
	static final class EndpointConfiguration {

		@Bean
		RemoteEvals braintrustRemoteEvals(EvalProperties properties, BraintrustEvals evals,
				ListableBeanFactory beanFactory, ObjectProvider<RemoteEvalAuthorizer> authorizer, RemoteLimits limits) {
			Assert.state(evals instanceof DefaultBraintrustEvals,
					"Remote evaluations need the starter's own BraintrustEvals");
			EvalProperties.Remote remote = properties.remote();
			return new RemoteEvals(path(remote.path()), new DeclaredEvals(beanFactory, (DefaultBraintrustEvals) evals),
					new LinkedHashSet<>(remote.allowedOrigins()),
					new Admission(authorizer.getIfAvailable(), System::nanoTime), limits,
					BackgroundThreads.named("braintrust-eval-remote"));
		}

		@Bean
		RemoteEvalAnnouncement braintrustRemoteEvalAnnouncement(RemoteEvals evals, Environment environment) {
			return new RemoteEvalAnnouncement(evals, environment);
		}

		private static String path(String path) {
			if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
				throw invalid("path", "is not the path of an endpoint",
						"Write one that begins with a slash and does not end with one, such as '/braintrust/evals'.");
			}
			return path;
		}

		@Bean
		RemoteLimits braintrustRemoteLimits(EvalProperties properties) {
			EvalProperties.Remote remote = properties.remote();
			positive("max-concurrent-runs", remote.maxConcurrentRuns(), 1000);
			positive("max-rows", remote.maxRows(), Integer.MAX_VALUE);
			positive("max-request-size", remote.maxRequestSize().toBytes(), 1 << 30);
			return new RemoteLimits(remote.maxConcurrentRuns(), remote.maxRows(), remote.maxRequestSize().toBytes(),
					RemoteLimits.LOADED_SIZE, RemoteLimits.SLOWEST_BODY, RemoteLimits.HEARTBEAT, RemoteLimits.PATIENCE,
					RemoteLimits.CONCURRENCY);
		}

		private static void positive(String name, long value, long most) {
			if (value < 1 || value > most) {
				throw invalid(name, "is out of range", "Set it to a number from 1 to " + most + ".");
			}
		}

		private static InvalidBraintrustPropertyException invalid(String name, String problem, String remedy) {
			return new InvalidBraintrustPropertyException("braintrust.evals.remote." + name, problem, remedy);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, FilterRegistrationBean.class })
	static final class ServletConfiguration {

		@Bean
		FilterRegistrationBean<ServletRemoteEvals> braintrustRemoteEvalFilter(RemoteEvals evals) {
			FilterRegistrationBean<ServletRemoteEvals> registration = new FilterRegistrationBean<>(
					new ServletRemoteEvals(evals));
			registration.addUrlPatterns(evals.path() + "/*");
			registration.setDispatcherTypes(DispatcherType.REQUEST);
			registration.setOrder(ORDER);
			return registration;
		}

		@Bean
		ServerThreads braintrustRemoteEvalServerThreads(RemoteLimits limits, Environment environment) {
			return new ServerThreads(limits.maxRuns(), environment);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static final class ReactiveConfiguration {

		@Bean
		@Order(ORDER)
		WebFilter braintrustRemoteEvalWebFilter(RemoteEvals evals, ApplicationContext context) {
			return new ReactiveRemoteEvals(evals, context);
		}

	}

}
