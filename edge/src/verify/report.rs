//! Makes the report of an accepted key, with its warnings.

use super::findings::Findings;
use super::{Failure, Verification, VerificationRequest};
use crate::time::{ProviderTime, from_any, iso};
use latchkey_shared::i18n::{Sentence, phrases};
use latchkey_shared::probe::{Expiry, Probe};
use latchkey_shared::provider::Provider;
use latchkey_shared::report::{Check, CheckState, EventHook, Identity, KeyFacts, Organization, Report};
use latchkey_shared::{ErrorCode, FieldError, msg};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// Makes the report.
///
/// # Errors
/// A key whose end has passed is rejected, although the provider accepted it.
pub(super) fn make(
    request: &VerificationRequest<'_>,
    now: i64,
    findings: Findings,
    mut checks: Vec<Check>,
    mut warnings: Vec<FieldError>,
) -> Result<Report, Failure> {
    let provider = request.offered.provider;
    let one = |name: &str| findings.one(name).map(str::to_owned);
    let time = |name: &str| match findings.one(name).map(from_any) {
        Some(ProviderTime::At(ms)) => Some(ms),
        _ => None,
    };
    let at = |name: &str| time(name).map(iso);
    // If every use renews the key, this verification has renewed it, so it does not end soon.
    if let (Some(expiry), Some(ends)) =
        (provider.expiry.as_ref().filter(|expiry| expiry.idle_days.is_none()), time("key.expiresAt"))
    {
        warnings.extend(ending(provider, expiry, now, ends)?);
    }
    let known: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
    let is_new =
        |warning: &FieldError| warning.code != ErrorCode::ExpiresSoon || !known.contains(&warning.code);
    warnings.extend(of_findings(provider, &findings).into_iter().filter(is_new));
    warnings.extend(unreadable_time(provider, &findings));
    warnings.extend(missing_scopes(request, &findings));
    let organization = one("organization.id").map(|id| Organization {
        id,
        name: one("organization.name"),
        url: one("organization.url").filter(|url| url.starts_with("https://")),
    });
    warnings.extend(another_organization(request, organization.as_ref()));
    let key = KeyFacts {
        id: one("key.id"),
        name: one("key.name"),
        created_at: at("key.createdAt"),
        expires_at: at("key.expiresAt"),
        idle_days: provider.expiry.as_ref().and_then(|expiry| expiry.idle_days),
    };
    if provider.anonymous {
        let title = msg!("{provider} does not say whose key this is", provider = &provider.name);
        checks.push(Check { id: "owner".to_owned(), title, state: CheckState::Skipped });
    }
    let known = key.id.is_some() || key.name.is_some() || key.expires_at.is_some() || key.idle_days.is_some();
    let names = if findings.all("roleNames").is_empty() { "roles" } else { "roleNames" };
    Ok(Report {
        checks,
        identity: one("identity.id").map(|id| Identity {
            id,
            login: one("identity.login"),
            name: one("identity.name"),
            kind: one("identity.kind"),
        }),
        organization,
        key: known.then_some(key),
        roles: findings.all(names).to_vec(),
        warnings,
        event_hook: event_hook(request),
        capabilities: findings.capabilities,
    })
}

/// A warning if this probe reads the roles and none of them is enough.
pub(super) fn too_few_rights(provider: &Provider, probe: &Probe, findings: &Findings) -> Option<FieldError> {
    let rights = provider.rights.as_ref().filter(|rights| rights.probe == probe.id)?;
    let enough = findings.all("roles").iter().any(|role| rights.enough.contains(role));
    (!enough).then(|| FieldError::whole(ErrorCode::InsufficientRights, &rights.message, &rights.fix))
}

fn ending(provider: &Provider, expiry: &Expiry, now: i64, ends: i64) -> Result<Option<FieldError>, Failure> {
    let day = iso(ends).chars().take(10).collect::<String>();
    if ends <= now {
        return Err(Box::new(Verification::Rejected(FieldError::on(
            &expiry.field,
            ErrorCode::KeyExpired,
            msg!("This key has expired: {provider} ended it on {day}.", provider = &provider.name, day = day),
            &expiry.fix,
        ))));
    }
    let soon = ends - now < i64::from(expiry.warn_days) * DAY_MS;
    Ok(soon.then(|| {
        FieldError::whole(ErrorCode::ExpiresSoon, msg!("This key ends on {day}.", day = day), &expiry.fix)
    }))
}

fn of_findings(provider: &Provider, findings: &Findings) -> Vec<FieldError> {
    let holds = |warning: &&latchkey_shared::probe::Warning| {
        findings.satisfy(&warning.when) && (warning.unless.is_empty() || !findings.satisfy(&warning.unless))
    };
    let shown = provider.warnings.iter().filter(holds).map(|warning| FieldError {
        field: warning.field.clone(),
        ..FieldError::whole(warning.code, &warning.message, &warning.fix)
    });
    shown.collect()
}

/// A warning if the provider has sent a time that cannot be read: then nobody is warned before the key ends.
fn unreadable_time(provider: &Provider, findings: &Findings) -> Option<FieldError> {
    /// The most characters of it that are shown.
    const SHOWN: usize = 40;
    let time: String = findings.unreadable.first()?.chars().take(SHOWN).collect();
    Some(FieldError::whole(
        ErrorCode::TimeUnreadable,
        msg!(
            "{provider} reports a time that cannot be read here: {time}.",
            provider = &provider.name,
            time = time
        ),
        msg!(
            "Look up at {provider} when this key ends: there may be no warning before.",
            provider = &provider.name
        ),
    ))
}

/// A warning that names the scopes that the session asks for and the key does not have.
fn missing_scopes(request: &VerificationRequest<'_>, findings: &Findings) -> Option<FieldError> {
    let missing: Vec<_> = findings
        .capabilities
        .iter()
        .filter(|capability| !capability.permitted && request.scopes.contains(&capability.id))
        .map(|capability| capability.title.to_string())
        .collect();
    let fix = request
        .offered
        .provider
        .rights
        .as_ref()
        .map_or(msg!("Use a key with these rights, or go on without what needs them."), |rights| {
            Sentence::from(&rights.fix)
        });
    (!missing.is_empty()).then(|| {
        let missing: Vec<_> = missing.iter().map(String::as_str).collect();
        let message = msg!(
            "The key works, but it lacks rights that were asked for: {rights}.",
            rights = phrases(&missing)
        );
        FieldError::whole(ErrorCode::InsufficientRights, message, fix)
    })
}

fn another_organization(
    request: &VerificationRequest<'_>,
    found: Option<&Organization>,
) -> Option<FieldError> {
    let (before, found) = (request.known_organization.as_ref()?, found?);
    (*before != found.id).then(|| {
        FieldError::whole(
            ErrorCode::OrganizationChanged,
            msg!(
                "This key opens another {provider} organization than the one that was linked before.",
                provider = &request.offered.provider.name
            ),
            msg!("Nothing to do if that is what you meant. Otherwise use a key of the organization linked before."),
        )
    })
}

fn event_hook(request: &VerificationRequest<'_>) -> Option<EventHook> {
    let provider = request.offered.provider;
    let hook = provider.hook.as_ref()?;
    let field = hook.field.as_deref()?;
    let name = request.credential.value(field).filter(|_| !provider.is_secret(field))?;
    // Exposed because the provider's file says that this field is not secret.
    Some(EventHook {
        name: name.expose().to_owned(),
        status: "not_registered".into(),
        message: Sentence::from(&hook.message),
    })
}
