# Makes a fresh Request Tracker what the adapter's handbook asks for, and adds a person who acts on tickets.
# Prints one JSON object with the accounts' authentication tokens. Run once, before the server starts.
use strict;
use warnings;
use lib '/usr/local/share/request-tracker5/lib', '/usr/share/request-tracker5/lib';
use JSON ();
use RT;

# Without one it would be the machine's own Request Tracker.
die "RT_SITE_CONFIG names no configuration\n" unless $ENV{RT_SITE_CONFIG};
RT::LoadConfig();
RT::Init();
my $system = RT->SystemUser;

sub must {
    my ($done, $what) = @_;
    die "$what\n" unless $done;
    return $done;
}

sub queue {
    my ($name, $description) = @_;
    my $queue = RT::Queue->new($system);
    must($queue->Create(Name => $name, Description => $description), "queue $name");
    return $queue;
}

my $incidents = queue('Incidents', 'What monitors report');
my $network = queue('Network', 'Where incidents are moved');
my $changes = queue('Changes', 'Change requests');
queue('Secret', 'The gateway has no rights here');

# Fields belong to queues and not to all tickets: the harder case, since a ticket that has no queue yet knows none of them.
sub field {
    my ($name, $type, $queues, %more) = @_;
    my $field = RT::CustomField->new($system);
    must($field->Create(Name => $name, Type => $type, LookupType => RT::Ticket->CustomFieldLookupType, %more), "field $name");
    must($field->AddToObject($_), "field $name of a queue") for @$queues;
    return $field;
}

my @all = ($incidents, $network, $changes);
field('Signalbox Key', 'FreeformSingle', \@all);
field('Affected System', 'FreeformSingle', \@all);
field('Service', 'FreeformSingle', \@all);
field('Notes for Auditors', 'TextSingle', [$incidents]);
field('Tags', 'FreeformMultiple', [$incidents]);
field('Cost Centre', 'FreeformSingle', [$incidents], Pattern => '(?#Four digits)^\d{4}$');
field('Risk', 'FreeformSingle', [$changes]);
my $site = field('Site', 'SelectSingle', \@all);
must($site->AddValue(Name => $_), "value $_") for qw(North South);

sub account {
    my ($name, $password, %more) = @_;
    my $user = RT::User->new($system);
    my ($id, $why) = $user->Create(Name => $name, EmailAddress => "$name\@example.com", Password => $password, Privileged => 1, %more);
    must($id, "user $name: $why");
    my $token = RT::AuthToken->new($system);
    my ($made, $words, $text) = $token->Create(Owner => $user->id, Description => 'Signalbox');
    must($made, "token of $name: $words");
    return ($user, $text);
}

my ($gateway, $gateway_token) = account('signalbox', 'correct horse', Timezone => 'UTC');
# West of Greenwich, where a search by time hides what has just changed.
my ($abroad, $abroad_token) = account('abroad', 'correct horse', Timezone => 'America/New_York');
my ($person, $person_token) = account('robin', 'correct horse', RealName => 'Robin Doe');
must($person->PrincipalObj->GrantRight(Right => 'SuperUser', Object => RT->System), 'rights of robin');

my @rights = qw(
    SeeQueue CreateTicket ShowTicket ModifyTicket CommentOnTicket ShowTicketComments
    SeeCustomField SetInitialCustomField ModifyCustomField
);
for my $user ($gateway, $abroad) {
    for my $queue (@all) {
        must($user->PrincipalObj->GrantRight(Right => $_, Object => $queue), "right $_") for @rights;
    }
}
# What is lacking where somebody forgot a right.
my ($forgotten, $forgotten_token) = account('forgotten', 'correct horse', Timezone => 'UTC');
for my $right (grep { !/CustomField$/ || $_ eq 'SeeCustomField' } @rights) {
    must($forgotten->PrincipalObj->GrantRight(Right => $right, Object => $incidents), "right $right");
}

print JSON::encode_json({
    gateway   => $gateway_token,
    person    => $person_token,
    abroad    => $abroad_token,
    forgotten => $forgotten_token,
}), "\n";
