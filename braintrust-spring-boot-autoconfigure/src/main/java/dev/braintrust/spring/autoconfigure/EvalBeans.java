package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.run.DefaultBraintrustEvals;
import dev.braintrust.spring.eval.run.RunSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;

/**
 * The factory methods of the beans for evaluations. It is named by its name alone, so
 * that nothing of evaluations is loaded before somebody asks for it.
 */
final class EvalBeans {

	private EvalBeans() {
	}

	static BraintrustEvals all(BraintrustProjects projects, Environment environment,
			ObjectProvider<SslBundles> sslBundles) {
		ProjectApis apis = new ProjectApis(() -> new HttpClients(sslBundles.getIfAvailable()));
		return new DefaultBraintrustEvals(projects, apis, new RunSettings(Threading.VIRTUAL.isActive(environment)));
	}

	static ProjectEvals evals(BraintrustEvals evals, String key) {
		return evals.of(key);
	}

}
