package dev.braintrust.spring.ai.model;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

import dev.braintrust.spring.ProjectTracer;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.model.ModelRequest;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Detects executions of a model among its method calls.
 * <p>
 * A method that takes a request is an execution. An inherited convenience method of the
 * interface runs on a view that replaces the model, so this interceptor sees each request
 * that the method creates. A convenience method that the model overrides calls the model
 * internally and cannot be seen: it counts as one execution.
 */
public final class ModelInterceptor implements MethodInterceptor, InvocationHandler {

	private final Object model;

	private final List<ModelKind> kinds;

	private final ModelTracing tracing;

	private final Object view;

	public ModelInterceptor(Object model, List<ModelKind> kinds, ModelTracing tracing) {
		this.model = model;
		this.kinds = kinds;
		this.tracing = tracing;
		Class<?>[] types = kinds.stream().map(ModelKind::type).toArray(Class<?>[]::new);
		this.view = Proxy.newProxyInstance(types[0].getClassLoader(), types, this);
	}

	public ProjectTracer tracer() {
		return this.tracing.tracer();
	}

	public Object model() {
		return this.model;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		return invoke(this.view, invocation.getMethod(), invocation.getArguments());
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
		@Nullable Object[] arguments = (args != null) ? args : new Object[0];
		for (ModelKind kind : this.kinds) {
			Method declared = ClassUtils.getMethodIfAvailable(kind.type(), method.getName(),
					method.getParameterTypes());
			if (declared != null) {
				return invoke(kind, declared, arguments);
			}
		}
		return AopUtils.invokeJoinpointUsingReflection(this.model, method, arguments);
	}

	private @Nullable Object invoke(ModelKind kind, Method method, @Nullable Object[] arguments) throws Throwable {
		boolean takesRequest = arguments.length == 1 && arguments[0] instanceof ModelRequest<?>;
		if (!takesRequest && isInherited(method)) {
			return InvocationHandler.invokeDefault(this.view, method, arguments);
		}
		Invocation target = () -> AopUtils.invokeJoinpointUsingReflection(this.model, method, arguments);
		ModelRequest<?> request = this.tracing.see(() -> kind.request(method.getName(), arguments));
		if (request == null) {
			return target.proceed();
		}
		ModelExecution.Request execution = new ModelExecution.Request(this.tracing, this.model, kind, request);
		return Flux.class.isAssignableFrom(method.getReturnType()) ? execution.stream(target) : execution.call(target);
	}

	private boolean isInherited(Method method) {
		Method own = ClassUtils.getMethodIfAvailable(this.model.getClass(), method.getName(),
				method.getParameterTypes());
		return method.isDefault() && method.equals(own);
	}

	// The actual call of the model.
	@FunctionalInterface
	interface Invocation {

		@Nullable Object proceed() throws Throwable;

	}

}
