package dev.braintrust.spring.console;

import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that suggests the console in
 * applications with DevTools, unless it is explicitly switched on or off.
 */
@AutoConfiguration
@ConditionalOnClass(name = "org.springframework.boot.devtools.restart.Restarter")
@ConditionalOnProperty(name = "braintrust.console.enabled", havingValue = "unset", matchIfMissing = true)
public final class ConsoleSuggestionAutoConfiguration {

	private ConsoleSuggestionAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(Console.class)
	SmartInitializingSingleton braintrustConsoleSuggestion() {
		return () -> LogFactory.getLog(Console.class)
			.info("To see what your Braintrust projects record, on this machine and without an account, set "
					+ "'braintrust.console.enabled=true'. 'false' silences this line.");
	}

}
