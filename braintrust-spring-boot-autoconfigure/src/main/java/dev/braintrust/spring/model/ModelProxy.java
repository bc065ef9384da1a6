package dev.braintrust.spring.model;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.NativeDetector;
import org.springframework.util.ReflectionUtils;

/**
 * Puts a traced object in the place of a model, without breaking an injection point: a
 * subclass of the model's class, or a proxy of its interfaces where the class cannot have
 * one and nobody was promised it.
 */
final class ModelProxy {

	private ModelProxy() {
	}

	/**
	 * Trace a model.
	 * @param model the model, not traced yet
	 * @param declaredType the type that the bean is declared by, if known
	 * @param kinds what the model is
	 * @param tracing how it is traced
	 * @return the traced model, or {@code null} where none can take its place
	 */
	static @Nullable Object trace(Object model, @Nullable Class<?> declaredType, List<ModelKind> kinds,
			ModelTracing tracing) {
		ModelInterceptor interceptor = new ModelInterceptor(model, kinds, tracing);
		Object traced = canBeExtended(model.getClass()) ? proxy(model, interceptor, true) : null;
		if (traced == null && declaredType != null && declaredType.isInterface()) {
			traced = proxy(model, interceptor, false);
		}
		return traced;
	}

	private static @Nullable Object proxy(Object model, ModelInterceptor interceptor, boolean ofClass) {
		try {
			ProxyFactory factory = new ProxyFactory(model);
			factory.setProxyTargetClass(ofClass);
			factory.addAdvice(interceptor);
			return factory.getProxy(model.getClass().getClassLoader());
		}
		catch (RuntimeException | LinkageError ex) {
			// None can be made after all, such as a subclass of a sealed class.
			return null;
		}
	}

	// Final methods would run on the subclass, whose fields are empty. A native image
	// makes no classes at run time.
	private static boolean canBeExtended(Class<?> type) {
		return !NativeDetector.inNativeImage() && !Modifier.isFinal(type.getModifiers())
				&& !Modifier.isPrivate(type.getModifiers()) && !type.isHidden() && !hasFinalMethod(type);
	}

	private static boolean hasFinalMethod(Class<?> type) {
		for (Method method : ReflectionUtils.getAllDeclaredMethods(type)) {
			int modifiers = method.getModifiers();
			if (Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers)
					&& method.getDeclaringClass() != Object.class) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What stands behind a traced model.
	 * @param bean a model
	 * @return the model that it traces, or itself
	 */
	static Object untraced(Object bean) {
		if (bean instanceof Advised advised) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (advisor.getAdvice() instanceof ModelInterceptor interceptor) {
					return interceptor.model();
				}
			}
		}
		return bean;
	}

}
