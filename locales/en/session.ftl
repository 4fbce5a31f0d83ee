### Words of first start, signing in, and a data file that cannot be used.

first-start-title = Welcome to Firebell
first-start-description = It carries a team through an incident, and it works when the network does not.
first-start-sample = Try it with sample data
first-start-sample-long = A made-up team, a rota and a few incidents on this computer.
first-start-sample-name = You
first-start-empty = Start empty on this computer
first-start-empty-long = No server, no account. You can join a company later.
first-start-server = Connect to a server
first-start-server-long = Your company runs one and gave you an address.
first-start-name = Your name
first-start-name-hint = It stands beside what you write.
first-start-submit = Start

connect-server = Server
connect-server-hint = Begins with https://
connect-name = Account name
connect-password = Password
connect-new-password = Choose a password
connect-invited = I have an invitation code and no account yet
connect-invitation = Invitation code
connect-consent = Keep my session in a file that only I can read, because this computer has no keychain.
connect-submit = Connect
connect-sign-in = Sign in
connect-running = Connecting…

sign-in-title = Sign in
sign-in-description = What is on this computer stays here. Sign in to go on writing.
sign-in-revoked = This computer’s access was ended by an administrator. What you had not sent is still here.

unusable-title = The data file cannot be used
unusable-untouched = The file was not touched.
unusable-rescued = { $count ->
    [one] { $count } change that was not sent yet was saved here:
   *[other] { $count } changes that were not sent yet were saved here:
  }
